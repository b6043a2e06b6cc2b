//go:build linux && !race

package finetune

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
)

// checkpointingVariable tells a process of TestCheckpointingSavesMemory what to do.
const checkpointingVariable = "HEMICICLO_TEST_CHECKPOINTING"

// With checkpointing the backward pass has the inputs of all layers and the insides of one:
// of a step whose memory is mostly the insides of twelve layers a quarter must go. (The race
// detector takes memory of its own.)
func TestCheckpointingSavesMemory(t *testing.T) {
	if checkpointing := os.Getenv(checkpointingVariable); checkpointing != "" {
		config := gpt2.DefaultConfig()
		config.VocabSize, config.BOSTokenID, config.EOSTokenID = 64, nil, nil
		config.NPositions, config.NEmbd, config.NHead, config.NLayer = 64, 128, 4, 12
		m, err := gpt2.New(config, 1)
		if err != nil {
			t.Fatal(err)
		}
		engine := openEngine(t, "")
		before := highWater(t)
		s := training.Settings{BlockSize: 64, BatchSize: 128, MaxSteps: 1, GradientCheckpointing: checkpointing == "true"}
		if _, err := Train(t.Context(), engine, m, make([]int32, 128*64), nil, s, RunOptions{}); err != nil {
			t.Fatal(err)
		}
		fmt.Println("took", highWater(t)-before, "bytes")
		return
	}
	var took [2]int64
	for i, checkpointing := range []bool{false, true} {
		command := exec.Command(os.Args[0], "-test.run=^TestCheckpointingSavesMemory$", "-test.count=1")
		command.Env = append(os.Environ(), checkpointingVariable+"="+strconv.FormatBool(checkpointing))
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		_, said, _ := strings.Cut(string(out), "took ")
		if _, err := fmt.Sscanf(said, "%d bytes", &took[i]); err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
	}
	t.Logf("%d MB without, %d MB with checkpointing", took[0]/1e6, took[1]/1e6)
	if 4*took[1] > 3*took[0] {
		t.Errorf("a step took %d MB with checkpointing, %d MB without: more than three quarters", took[1]/1e6, took[0]/1e6)
	}
}

// highWater is the most memory that this process has held, in bytes. (Getrusage would count
// what the process that started this one held.)
func highWater(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, told, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(told, &kilobytes); err != nil {
		t.Fatalf("VmHWM: %v", err)
	}
	return kilobytes << 10
}
