//go:build linux

package pjrtshim

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func openCache(t *testing.T, limit int64) *Cache {
	t.Helper()
	c, err := OpenCache(filepath.Join(t.TempDir(), "deep", "cache"), limit)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func put(t *testing.T, c *Cache, key, program string) {
	t.Helper()
	if err := c.put([]byte(key), []byte(program)); err != nil {
		t.Fatal(err)
	}
}

func TestCache(t *testing.T) {
	c := openCache(t, 1<<20)
	if got := c.get([]byte("a")); got != nil {
		t.Errorf("an empty cache holds %q", got)
	}
	put(t, c, "a", "program of a")
	put(t, c, "b", "program of b")
	put(t, c, "a", "newer program of a")
	for key, want := range map[string]string{"a": "newer program of a", "b": "program of b"} {
		if got := c.get([]byte(key)); string(got) != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	for _, path := range []string{c.dir, c.path([]byte("a"))} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v: others can read it", path, info.Mode(), err)
		}
	}
	c.drop([]byte("a"))
	if got := c.get([]byte("a")); got != nil {
		t.Errorf("a dropped program is there: %q", got)
	}
}

// TestDamagedFiles checks that no file is believed of which a single bit is not as it was
// written.
func TestDamagedFiles(t *testing.T) {
	c := openCache(t, 1<<20)
	key, program := []byte("key"), bytes.Repeat([]byte("machine code"), 20)
	put(t, c, string(key), string(program))
	path := c.path(key)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{
		"empty":              {},
		"another key's file": pack([]byte("kex"), program),
		"longer key":         pack([]byte("key "), program),
		"no program":         pack(key, nil),
		"more behind":        append(bytes.Clone(whole), 0),
		"zeroes":             make([]byte, len(whole)),
	}
	for i := range len(whole) * 8 {
		flipped := bytes.Clone(whole)
		flipped[i/8] ^= 1 << (i % 8)
		damaged[fmt.Sprintf("bit %d", i)] = flipped
	}
	for n := range len(whole) {
		damaged[fmt.Sprintf("cut to %d bytes", n)] = whole[:n]
	}
	for name, data := range damaged {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := c.get(key); got != nil {
			t.Errorf("%s: was believed", name)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := c.get(key); !bytes.Equal(got, program) {
		t.Error("the file as it was written is not believed")
	}
}

// TestForeignFiles checks that nothing is read that others may have written, or that is no
// file.
func TestForeignFiles(t *testing.T) {
	c := openCache(t, 1<<20)
	key := []byte("key")
	put(t, c, "key", "program")
	path := c.path(key)
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := c.get(key); got != nil {
		t.Error("a file that all may write was read")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(path, elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	if got := c.get(key); got != nil {
		t.Error("a link was followed")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := c.get(key); got != nil {
		t.Error("a folder was read")
	}
	if err := c.put(key, []byte("program")); err == nil {
		t.Error("a program was written over a folder")
	}
	if left, _ := filepath.Glob(filepath.Join(c.dir, tempName+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOpenCacheRefuses(t *testing.T) {
	open := t.TempDir()
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{open, file, filepath.Join(file, "below")} {
		if _, err := OpenCache(dir, 1); err == nil {
			t.Errorf("%s was taken", dir)
		}
	}
}

// TestCacheIsBounded fills a cache beyond its limit: what was used least lately goes.
func TestCacheIsBounded(t *testing.T) {
	program := strings.Repeat("x", 1000)
	c := openCache(t, int64(3*len(pack([]byte("1"), []byte(program)))))
	hour := time.Now().Add(-time.Hour)
	for i := range 3 {
		key := fmt.Sprint(i)
		put(t, c, key, program)
		then := hour.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(c.path([]byte(key)), then, then); err != nil {
			t.Fatal(err)
		}
	}
	if c.get([]byte("0")) == nil { // so it is the one that was used last
		t.Fatal("the first program is gone too early")
	}
	dead := filepath.Join(c.dir, tempName+"1")
	alive := filepath.Join(c.dir, tempName+"2")
	for _, path := range []string{dead, alive} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(dead, hour.Add(-time.Hour), hour.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	put(t, c, "3", program)
	for key, want := range map[string]bool{"0": true, "1": false, "2": true, "3": true} {
		if got := c.get([]byte(key)) != nil; got != want {
			t.Errorf("program %s is there: %t, want %t", key, got, want)
		}
	}
	if _, err := os.Stat(dead); err == nil {
		t.Error("what a dead process left is still there")
	}
	if _, err := os.Stat(alive); err != nil {
		t.Error("what another process is writing was removed")
	}
}

// TestCacheShared has several writers and readers at the same keys, within a limit that
// they exceed: a reader gets a whole program of its key or none.
func TestCacheShared(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	program := func(key string) []byte { return bytes.Repeat([]byte(key), 1<<12) }
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			c, err := OpenCache(dir, 5<<12)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range 100 {
				key := fmt.Sprint(i % 7)
				if err := c.put([]byte(key), program(key)); err != nil {
					t.Error(err)
				}
				key = fmt.Sprint((i + 3) % 7)
				if got := c.get([]byte(key)); got != nil && !bytes.Equal(got, program(key)) {
					t.Errorf("program %s is not what was written", key)
				}
			}
		})
	}
	group.Wait()
}
