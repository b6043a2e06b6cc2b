// Package playground makes a page in which two models write and read: one HTML file that
// needs nothing but a browser, neither a network nor a server.
//
// In: the models with weights in int8, their tokenizer, and what is known of the run. Out:
// the page. It holds, as base64 of gzip, the models and a program that runs them:
//
//	build.go      compiles package wasm, which is Go's own code for models, to WebAssembly
//	page.go       puts the page together
//	page.html, page.css, page.js, worker.js    what a reader sees and does
//	model/        what the program does with one model, natively and in the page
//	wasm/         the program: a model in a Web Worker, asked by messages
//
// A strict Content-Security-Policy keeps the page from loading and sending anything.
// Everything that a reader or a corpus wrote is put into it as text.
package playground
