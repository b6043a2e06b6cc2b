// Package job runs a step of a study in a process of its own, which outlives the notebook's
// cell that asked for it.
//
// In: a [Request], which a cell or a command writes into a folder of the run, jobs/<id>. Out:
// the job's [State], which the process at work writes there several times a second: what it
// shows (bars, charts, texts, as [chart.Bundle]) and, at last, how it ended. Whoever wants to
// watch reads the state, and there may be several who do. A request's id is a hash of what it
// asks for, so a cell that is run again finds the job that it had begun.
//
//	jobs/start.lock          held while a job is started, stopped or removed
//	jobs/turn.lock           held by the job that works: a run has one at a time
//	jobs/<id>/request.json   what is asked for
//	jobs/<id>/lock           held while a process has the job, waiting for its turn or at work
//	jobs/<id>/state.json     what it shows; touched every second, for as long as the process lives
//	jobs/<id>/stop           asks it to stop, which takes the time that saving takes
//	jobs/<id>/log            what the process printed: its last words, if it crashed
//
// Files are all there is between the two: nothing listens, the folder is the user's alone, and
// a job on a cluster's node is watched from any machine that sees the run's folder.
package job
