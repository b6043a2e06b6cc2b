package tweets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// File is a file of tweets.
type File struct {
	Path string
	Size int64 // in bytes
}

// Files lists the files of tweets that a load reads, in the order in which it does.
func Files(o Options) ([]File, error) {
	files, err := find(o.Tweets, o.Accounts)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	return files, nil
}

// find lists the tweet files of the roots, each once, leaving out the accounts
// file. Names that begin with a dot or, as Spark's own marks do, with an
// underscore are passed over.
func find(roots []string, accounts string) ([]File, error) {
	if len(roots) == 0 {
		return nil, errors.New("no tweet files or folders given")
	}
	notTweets, err := os.Stat(accounts)
	if err != nil {
		return nil, err
	}
	var files []File
	seen := make(map[string]bool)
	for _, root := range roots {
		before := len(files)
		add := func(path string, info fs.FileInfo) {
			if key := filepath.Clean(path); !seen[key] && !os.SameFile(info, notTweets) {
				seen[key] = true
				files = append(files, File{path, info.Size()})
			}
		}
		info, err := os.Stat(root)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			add(root, info)
			continue
		}
		// The walk does not follow a link to a folder, save that the root is one.
		if root, err = filepath.EvalSymlinks(root); err != nil {
			return nil, err
		}
		err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if hidden(entry.Name()) && path != root {
				if entry.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if entry.IsDir() || !tweetName(path) {
				return nil
			}
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			if info.Mode().IsRegular() {
				add(path, info)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no tweet files in it or below: looked for .jsonl, .ndjson, .json and .csv, these with .gz, .zip and .parquet", root)
		}
	}
	return files, nil
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// tweetName tells whether a file in a folder is taken for one of tweets.
func tweetName(path string) bool {
	path = strings.ToLower(path)
	return strings.HasSuffix(path, ".zip") || strings.HasSuffix(path, ".parquet") || memberName(strings.TrimSuffix(path, ".gz"))
}

// InArchive tells whether the file of a name in an archive is taken for one of tweets.
func InArchive(name string) bool {
	return memberName(name) && !hidden(path.Base(name)) && !strings.HasPrefix(name, "__MACOSX/")
}

// memberName is tweetName inside an archive.
func memberName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson", ".json", ".csv":
		return true
	}
	return false
}
