// Package picture draws charts as still pictures: ECharts itself does, in a JavaScript
// machine. In: an option for ECharts, and the script with its functions; out: SVG.
//
// Package chart does not import it, but is told with DrawWith what draws: a notebook's cell
// has no JavaScript machine, which takes long to link.
package picture

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/dop251/goja"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// stubs stand for what ECharts expects of a browser and never needs when it draws
// one still picture.
const stubs = `
var setTimeout = function () { return 0 }, clearTimeout = function () {};
var setInterval = function () { return 0 }, clearInterval = function () {};
var requestAnimationFrame = function () { return 0 }, cancelAnimationFrame = function () {};
var console = { log: function () {}, warn: function () {}, error: function () {} };
`

// drawJS draws one option (JSON text) at a size in pixels as SVG.
const drawJS = `(function (echarts, runtime) {
  return function (option, width, height) {
    var chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: width, height: height });
    try {
      chart.setOption(runtime.resolve(JSON.parse(option)));
      return chart.renderToSVGString();
    } finally {
      chart.dispose();
    }
  };
})`

// Painter holds ECharts in a JavaScript machine. It may be used by several goroutines, and
// serves one at a time.
type Painter struct {
	runtime string

	mu   sync.Mutex
	draw goja.Callable // nil until the first picture
	vm   *goja.Runtime
}

// New returns a painter. The runtime is the script that makes an option of JSON, and the
// functions in it. ECharts is loaded with the first picture, which takes some hundreds of
// milliseconds.
func New(runtime string) *Painter { return &Painter{runtime: runtime} }

// SVG draws an ECharts option, given as JSON, at a size in pixels.
func (p *Painter) SVG(option []byte, width, height int) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draw == nil {
		if err := p.load(); err != nil {
			return "", err
		}
	}
	out, err := p.draw(goja.Undefined(), p.vm.ToValue(string(option)), p.vm.ToValue(width), p.vm.ToValue(height))
	if err != nil {
		return "", fmt.Errorf("picture: ECharts could not draw: %w", err)
	}
	return out.String(), nil
}

// load makes the machine and loads ECharts.
func (p *Painter) load() error {
	path, err := home.Lib("echarts.min.js")
	if err != nil {
		return fmt.Errorf("picture: ECharts: %w", err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("picture: reading ECharts: %w", err)
	}
	vm := goja.New()
	if _, err := vm.RunString(stubs); err != nil {
		return fmt.Errorf("picture: preparing the JavaScript machine: %w", err)
	}
	if _, err := vm.RunScript("echarts.min.js", string(source)); err != nil {
		return fmt.Errorf("picture: loading echarts.min.js (is the file whole? scripts/setup puts it there): %w", err)
	}
	echarts := vm.Get("echarts")
	if echarts == nil || goja.IsUndefined(echarts) {
		return errors.New("picture: echarts.min.js defines no echarts; scripts/setup puts the right file there")
	}
	runtime, err := vm.RunScript("runtime.js", p.runtime)
	if err != nil {
		return fmt.Errorf("picture: loading runtime.js: %w", err)
	}
	factory, err := vm.RunString(drawJS)
	if err != nil {
		return fmt.Errorf("picture: preparing to draw: %w", err)
	}
	makeDraw, ok := goja.AssertFunction(factory)
	if !ok {
		return errors.New("picture: preparing to draw: not a function")
	}
	value, err := makeDraw(goja.Undefined(), echarts, runtime)
	if err != nil {
		return fmt.Errorf("picture: preparing to draw: %w", err)
	}
	draw, ok := goja.AssertFunction(value)
	if !ok {
		return errors.New("picture: preparing to draw: not a function")
	}
	p.vm, p.draw = vm, draw
	return nil
}
