package chart

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/dop251/goja"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// runtimeJS is the one script that reads chart data, in the browser and in goja.
//
//go:embed runtime.js
var runtimeJS string

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

// painter holds ECharts in a JavaScript machine. Loading it takes some hundreds of
// milliseconds, so a process keeps one; a machine serves one caller at a time.
type painter struct {
	mu   sync.Mutex
	draw goja.Callable
	vm   *goja.Runtime
}

var (
	painterOnce sync.Once
	thePainter  *painter
	painterErr  error
)

// sharedPainter loads ECharts on first use.
func sharedPainter() (*painter, error) {
	painterOnce.Do(func() {
		path, err := home.Lib("echarts.min.js")
		if err != nil {
			painterErr = fmt.Errorf("chart: ECharts: %w", err)
			return
		}
		source, err := os.ReadFile(path)
		if err != nil {
			painterErr = fmt.Errorf("chart: reading ECharts: %w", err)
			return
		}
		thePainter, painterErr = newPainter(string(source))
	})
	return thePainter, painterErr
}

func newPainter(echartsSource string) (*painter, error) {
	vm := goja.New()
	if _, err := vm.RunString(stubs); err != nil {
		return nil, fmt.Errorf("chart: preparing the JavaScript machine: %w", err)
	}
	if _, err := vm.RunScript("echarts.min.js", echartsSource); err != nil {
		return nil, fmt.Errorf("chart: loading echarts.min.js (is the file whole? scripts/setup puts it there): %w", err)
	}
	echarts := vm.Get("echarts")
	if echarts == nil || goja.IsUndefined(echarts) {
		return nil, errors.New("chart: echarts.min.js defines no echarts; scripts/setup puts the right file there")
	}
	runtime, err := vm.RunScript("runtime.js", runtimeJS)
	if err != nil {
		return nil, fmt.Errorf("chart: loading runtime.js: %w", err)
	}
	factory, err := vm.RunString(drawJS)
	if err != nil {
		return nil, fmt.Errorf("chart: preparing to draw: %w", err)
	}
	makeDraw, ok := goja.AssertFunction(factory)
	if !ok {
		return nil, errors.New("chart: preparing to draw: not a function")
	}
	drawValue, err := makeDraw(goja.Undefined(), echarts, runtime)
	if err != nil {
		return nil, fmt.Errorf("chart: preparing to draw: %w", err)
	}
	draw, ok := goja.AssertFunction(drawValue)
	if !ok {
		return nil, errors.New("chart: preparing to draw: not a function")
	}
	return &painter{vm: vm, draw: draw}, nil
}

// svg draws an ECharts option, given as JSON, at a size in pixels.
func (p *painter) svg(option []byte, width, height int) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out, err := p.draw(goja.Undefined(), p.vm.ToValue(string(option)), p.vm.ToValue(width), p.vm.ToValue(height))
	if err != nil {
		return "", fmt.Errorf("chart: ECharts could not draw: %w", err)
	}
	return out.String(), nil
}
