// Package work does what the study asks of an engine: it is the one that opens GoMLX and XLA,
// reads and writes Parquet, and draws pictures. [Worker] is the study's [task.Maker]; the
// program in the folder hemiciclo does the jobs that notebooks and scripts/study ask for.
//
// In: tasks, as plain values. Out: their results, and files in the run's folder.
package work
