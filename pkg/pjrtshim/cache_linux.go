package pjrtshim

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// fileMark begins every file; its number changes with the layout.
	fileMark = "hemiciclo xla program 1\n"
	fileName = ".xla"
	tempName = ".part-"

	// largestFile is more than any compiled program takes.
	largestFile = 1 << 30
	// abandoned is the age from which a temporary file is taken for that of a process that
	// died while writing it.
	abandoned = time.Hour
)

// Cache keeps compiled programs in a folder. Several processes may use one at once.
type Cache struct {
	dir   string
	limit int64
}

// OpenCache returns the cache in a folder, which is created if need be, of at most limit
// bytes. The folder's contents are executed, so it must belong to the user, and nobody else
// may be able to write to it.
func OpenCache(dir string, limit int64) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", dir)
	}
	if !private(info) {
		return nil, fmt.Errorf("%s belongs to another user, or others may write to it: chmod 700, or choose another folder", dir)
	}
	return &Cache{dir, limit}, nil
}

// private tells whether nobody but this user (or the system's administrator) can write.
func private(info fs.FileInfo) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return known && (int(owner.Uid) == os.Geteuid() || owner.Uid == 0) && info.Mode().Perm()&0o022 == 0
}

// path returns where the program of a key lies.
func (c *Cache) path(key []byte) string {
	sum := sha256.Sum256(key)
	return filepath.Join(c.dir, hex.EncodeToString(sum[:])+fileName)
}

// get returns the program of a key, or nil if none was kept or its file is damaged.
func (c *Cache) get(key []byte) []byte {
	path := c.path(key)
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || !private(info) || info.Size() > largestFile {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(file, largestFile))
	if err != nil {
		return nil
	}
	program := unpack(key, data)
	if program != nil {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // so that the least recently used go first
	}
	return program
}

// put keeps the program of a key.
func (c *Cache) put(key, program []byte) error {
	file, err := os.CreateTemp(c.dir, tempName) // only its user may read and write it
	if err != nil {
		return err
	}
	_, err = file.Write(pack(key, program))
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), c.path(key))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return c.shrink()
}

// drop forgets the program of a key.
func (c *Cache) drop(key []byte) {
	_ = os.Remove(c.path(key)) // if it stays, it is checked again next time
}

// shrink removes the least recently used files until the rest are within the limit, and the
// temporary files of processes that died.
func (c *Cache) shrink() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	var files []fs.FileInfo
	var size int64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			continue // another process removed it
		}
		switch {
		case strings.HasPrefix(entry.Name(), tempName) && time.Since(info.ModTime()) > abandoned:
			_ = os.Remove(filepath.Join(c.dir, entry.Name()))
		case strings.HasSuffix(entry.Name(), fileName):
			files = append(files, info)
			size += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range files {
		if size <= c.limit {
			break
		}
		if err := os.Remove(filepath.Join(c.dir, info.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		size -= info.Size()
	}
	return nil
}

// pack returns a file: the mark, the length of the key and the key, the program, and the
// SHA-256 of all that.
func pack(key, program []byte) []byte {
	data := binary.LittleEndian.AppendUint64([]byte(fileMark), uint64(len(key)))
	data = append(append(data, key...), program...)
	sum := sha256.Sum256(data)
	return append(data, sum[:]...)
}

// unpack returns the program of a file, or nil if it is not whole or not of this key.
func unpack(key, data []byte) []byte {
	head := binary.LittleEndian.AppendUint64([]byte(fileMark), uint64(len(key)))
	head = append(head, key...)
	end := len(data) - sha256.Size
	if end <= len(head) || !bytes.HasPrefix(data, head) {
		return nil
	}
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return nil
	}
	return data[len(head):end]
}
