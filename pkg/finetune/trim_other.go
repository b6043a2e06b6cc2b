//go:build !cgo || !linux

package finetune

// trim does nothing here: see trim_linux.go.
func trim() {}
