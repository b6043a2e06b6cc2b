package home

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Env is the environment variable that names the project's root.
const Env = "HEMICICLO_HOME"

// modulePath is the module whose go.mod marks the project's root.
const modulePath = "github.com/hemiciclo/hemiciclo"

// Dir returns the absolute path of the project's root: the folder that
// HEMICICLO_HOME names, else the nearest ancestor of the working directory
// whose go.mod is that of this module.
func Dir() (string, error) {
	if dir := os.Getenv(Env); dir != "" {
		info, err := os.Stat(dir)
		if err != nil {
			return "", fmt.Errorf("%s: %w; set it to the project's folder or unset it", Env, err)
		}
		if !info.IsDir() {
			return "", fmt.Errorf("%s: %s is not a folder; set it to the project's folder or unset it", Env, dir)
		}
		return filepath.Abs(dir)
	}
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the project's folder: %w", err)
	}
	for dir := start; ; {
		if isModuleRoot(dir) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no folder above %s is the project's (has the go.mod of %s); set %s to it", start, modulePath, Env)
		}
		dir = parent
	}
}

// isModuleRoot tells whether dir holds the go.mod of this module.
func isModuleRoot(dir string) bool {
	file, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) >= 2 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`) == modulePath
		}
	}
	return false
}

// Lib returns the absolute path of a part that scripts/setup installs under
// .tools/lib, such as the XLA plugin. A part that is not there is an error that
// wraps [os.ErrNotExist] and names the mend.
func Lib(name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%q is not the name of an installed part", name)
	}
	root, err := Dir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, ".tools", "lib", name)
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("%s is not installed: run scripts/setup: %w", name, err)
		}
		return "", fmt.Errorf("installed part %s: %w", name, err)
	}
	return path, nil
}
