//go:build !cgo || !linux

package finetune

func keep(bool) {}

func trim() {}
