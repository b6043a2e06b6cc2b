//go:build !linux

package backend

// ForOneThread runs compile: see onethread_linux.go.
func ForOneThread(compile func() error) error { return compile() }
