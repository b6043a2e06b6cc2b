package home

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// partial ends the names of files that are being written.
const partial = ".tmp"

// WriteFile makes path hold what write wrote, or leaves it as it was: the bytes
// go to a temporary file in the same folder, which is synced to disk and then
// renamed. The folders above path are made where they are missing. Writes are
// buffered. If write or anything after it fails, the temporary file is removed
// and the error is returned.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	file, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*"+partial)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	kept := false
	defer func() {
		if kept {
			return
		}
		// Closing twice is harmless; a panic in write also ends here.
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()

	buffer := bufio.NewWriterSize(file, 1<<20)
	if err := write(buffer); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := errors.Join(buffer.Flush(), file.Chmod(modeFor(path)), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	kept = true
	return syncDir(dir)
}

// CopyFile copies the file src to dst, whole or not at all, as [WriteFile] writes.
func CopyFile(src, dst string) error {
	file, err := os.Open(src)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return WriteFile(dst, func(w io.Writer) error {
		_, err := io.Copy(w, file)
		return err
	})
}

// Remove removes a file, which may be missing, so that it stays removed through a
// power cut.
func Remove(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// RemovePartial removes the temporary files that [WriteFile] left in dir when its
// program was killed. Nothing may be writing there meanwhile.
func RemovePartial(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, ".") && strings.HasSuffix(name, partial) && entry.Type().IsRegular() {
			err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
		}
	}
	return err
}

// modeFor keeps the permissions of the file that is replaced; a new file gets
// the usual ones (CreateTemp's are the owner's alone).
func modeFor(path string) fs.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}

// syncDir makes the rename itself last through a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // Folders cannot be opened for syncing there.
	}
	handle, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing folder %s: %w", dir, err)
	}
	return errors.Join(handle.Sync(), handle.Close())
}
