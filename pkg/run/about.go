package run

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// runInfo is run.json: what a run is and what computes, for the first notebook and the index of
// reports.
type runInfo struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Recipe    string `json:"recipe"`
	Synthetic bool   `json:"synthetic"`
	Engine    string `json:"engine"`
	UnusedGPU string `json:"unused_gpu,omitempty"`
}

// infoFile is where it lies in the run folder.
const infoFile = "run.json"

// info is what the run is; what computes, only an engine that is opened says.
func (r *Run) info() runInfo {
	return runInfo{Name: r.Name, Title: r.Settings.Title, Recipe: r.Recipe.Name, Synthetic: r.Settings.Synthetic}
}

// KeepInfo has run.json say what the run is, for who lists the runs, where [About] was not
// asked. It opens no engine: the machine on which a step is asked for may have none.
func (r *Run) KeepInfo() error {
	want := r.info()
	kept, err := Decoded[runInfo](r.Path(infoFile))
	if kept.Engine, kept.UnusedGPU = "", ""; err == nil && kept == want {
		return nil
	}
	if err := home.Remove(r.RecordPath(Step{Name: infoStep})); err != nil { // About asks the engine again.
		return err
	}
	return WriteJSON(r.Path(infoFile), want)
}

// runVersion is raised when run.json says something else of the same run.
const runVersion = 2

// infoStep is the step that makes run.json whole.
const infoStep = "engine"

// About shows what is studied, on what engine, and where results go.
func About(ctx context.Context, r *Run) (chart.Element, error) {
	info, err := r.runInfo(ctx)
	if err != nil {
		return nil, err
	}
	corpus := filepath.Base(r.Corpus)
	if r.Settings.Synthetic {
		corpus = "Sintético: personas, partidos y textos inventados, a partir de una semilla"
	}
	days := cmp.Or(r.Settings.DateText(), "todas las fechas")
	cleaning := cmp.Or(r.Settings.CleaningText(), "la del estudio")
	table := chart.Table{
		Caption: r.Settings.Title,
		Columns: []chart.Column{{Name: ""}, {Name: ""}},
		Rows: [][]any{
			{"Corpus", corpus},
			{"Fechas", days},
			{"Limpieza", cleaning},
			{"Derecha", r.Settings.Sides.Right.String()},
			{"Izquierda", r.Settings.Sides.Left.String()},
			{"Reparto", r.SplitName()},
			{"Receta", fmt.Sprintf("%s: %s", r.Recipe.Name, r.Recipe.Title)},
			{"Semilla", fmt.Sprint(r.Recipe.Seed)},
			{"Motor", info.Engine},
			{"Resultados", "runs/" + r.Name},
		},
	}
	if info.UnusedGPU != "" {
		table.Rows = append(table.Rows, []any{"Tarjeta gráfica", "hay una que no se usa: vea la nota"})
		table.Note = info.UnusedGPU + "."
	}
	return table, nil
}

// runInfo finds out what computes.
func (r *Run) runInfo(ctx context.Context) (info runInfo, err error) {
	machine, err := machine()
	if err != nil {
		return info, err
	}
	info = r.info()
	info, _, err = Cached(ctx, r, Step{
		Name: infoStep, Version: runVersion, Inputs: r.EngineInputs(info, machine), Artifacts: []string{infoFile},
	}, func() (runInfo, error) {
		engine, err := r.openEngine()
		if err != nil {
			return info, err
		}
		info.Engine, info.UnusedGPU = engineLine(engine), unusedGPU(engine)
		return info, nil
	})
	return info, err
}

// machine is what the choice of an engine depends on.
func machine() ([]string, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	list := []string{host}
	for _, variable := range []string{"GOMLX_BACKEND", "PJRT_PLUGIN_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"} {
		list = append(list, variable+"="+os.Getenv(variable))
	}
	root, err := home.Dir()
	if err != nil {
		return nil, err
	}
	lib := filepath.Join(root, ".tools", "lib")
	installed, err := os.ReadDir(lib)
	if err != nil && !IsMissing(err) {
		return nil, err
	}
	for _, entry := range installed {
		list = append(list, filepath.Join(lib, entry.Name()))
	}
	// The link comes last of what is installed for a GPU, and is what goes with --no-cuda.
	if plugin, err := os.Readlink(filepath.Join(lib, "cuda", "nvidia", "pjrt_c_api_cuda_plugin.so")); err == nil {
		list = append(list, plugin)
	}
	if driver, err := os.ReadFile("/proc/driver/nvidia/version"); err == nil {
		list = append(list, string(driver))
	}
	devices, err := filepath.Glob("/dev/nvidia*")
	return append(list, devices...), err
}
