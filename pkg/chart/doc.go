// Package chart shows charts, tables, notes and progress in notebook cells and in the
// reports made of them, always offline.
//
// In: plain values: a [Bar], [Scatter], [Terms], [Panels], [Lines], [Dots], [Heatmap],
// [Timeline] or [Network] chart, a [Table], texts of coloured words ([Tinted]), a [Note], a
// [Progress]. Each is an [Element], which becomes a [Bundle] of text/html, text/plain and,
// for charts, image/svg+xml. [Show] sends bundles to the cell that runs the program, or
// prints their text outside of a notebook; [Live] and [Track] update one output in place
// while work goes on.
//
// A chart is an option for ECharts, built with go-echarts. ECharts itself draws it twice:
// in package picture's JavaScript machine, which [DrawWith] names, as the static picture
// that every reader of the notebook or report sees; and in the browser, where ECharts is at
// hand, as the live chart that takes the picture's place. Both come from the same option.
//
// Texts are not trusted: they are escaped where they enter HTML, SVG or script; an option
// is plain JSON, and the functions in it are chosen by name from the fixed set in
// runtime.js.
//
// Numbers are always written as in Spanish: 1.234,5. The package knows nothing of tweets or
// models; its few words of its own are in Spanish, as its readers are Spanish speakers.
package chart
