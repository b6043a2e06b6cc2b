package pjrtshim

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// machine holds what compiled programs depend on and what does not change while a process
// runs.
type machine struct {
	plugin    string // where the plugin lies, its size and age
	version   string // of the plugin's API
	processor string // its model and what it can do
	cores     int    // that the process may use
	flags     string // what XLA and its libraries read from the environment
}

// thisMachine describes the machine for the programs of a plugin.
func thisMachine(plugin, version string) (machine, error) {
	path, err := filepath.EvalSymlinks(plugin)
	if err != nil {
		return machine{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return machine{}, err
	}
	processor, err := readProcessor("/proc/cpuinfo")
	if err != nil {
		return machine{}, err
	}
	flags, err := environment(os.Environ())
	if err != nil {
		return machine{}, err
	}
	cores, err := usableCores()
	return machine{
		plugin:  fmt.Sprintf("%s, %d bytes of %d", path, info.Size(), info.ModTime().UnixNano()),
		version: version, processor: processor, cores: cores, flags: flags,
	}, err
}

// key returns the key of a program. It includes the number of cores that the calling thread
// may use, since XLA divides the work among as many as it finds at compile time.
func (m machine) key(platform string, devices []string, program, options []byte) ([]byte, error) {
	cores, err := usableCores()
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "plugin %s\nAPI %s\nplatform %q\ndevices %q\nprocessor %s\ncores %d of %d\nflags %q\noptions %x\nprogram %x\n",
		m.plugin, m.version, platform, devices, m.processor, cores, m.cores, m.flags, sha256.Sum256(options), sha256.Sum256(program)), nil
}

// usableCores returns how many cores the calling thread may use.
func usableCores() (int, error) {
	var set unix.CPUSet
	err := unix.SchedGetaffinity(0, &set)
	return set.Count(), err
}

// readProcessor returns what the kernel says about the first processor: its model and
// features, but nothing that changes over time.
func readProcessor(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	kept := []string{
		"vendor_id", "cpu family", "model", "model name", "stepping", "flags", // x86-64
		"CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision", "Features", // arm64
	}
	var found []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && (lines.Text() != "" || len(found) == 0) { // An empty line ends a processor.
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name = strings.TrimSpace(name); slices.Contains(kept, name) {
			found = append(found, fmt.Sprintf("%s=%q", name, strings.TrimSpace(value)))
		}
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	features := func(s string) bool { return strings.HasPrefix(s, "flags=") || strings.HasPrefix(s, "Features=") }
	if !slices.ContainsFunc(found, features) {
		return "", errors.New(path + " does not tell what the processor can do")
	}
	return strings.Join(found, " "), nil
}

// environment returns the variables that XLA and the libraries within it read. XLA_FLAGS
// may name a file of flags.
func environment(variables []string) (string, error) {
	var read []string
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"XLA_", "TF_XLA_", "ONEDNN_", "DNNL_", "NVIDIA_TF32_OVERRIDE"} {
			if strings.HasPrefix(name, prefix) {
				read = append(read, variable)
				break
			}
		}
		if value = strings.TrimSpace(value); name == "XLA_FLAGS" && value != "" && !strings.HasPrefix(value, "-") {
			content, err := os.ReadFile(value)
			if err != nil {
				return "", fmt.Errorf("XLA_FLAGS: %w", err)
			}
			read = append(read, string(content))
		}
	}
	slices.Sort(read)
	return strings.Join(read, "\n"), nil
}
