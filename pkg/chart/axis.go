package chart

import (
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"
)

func axisLabel() *opts.AxisLabel {
	return &opts.AxisLabel{Color: softColor, FontSize: 11, Formatter: fnNumber}
}

func splitLine() *opts.SplitLine {
	return &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: gridColor}}
}

func axisNameStyle() object {
	return object{"color": textColor, "fontSize": labelSize, "fontFamily": fontFamily}
}

// axisTitleRoom is the room that the name of an upright axis takes.
func axisTitleRoom(name string) int {
	if name == "" {
		return 0
	}
	return 22
}

// listing is the first rows of a table in one line, for the description of a picture.
func listing(rows [][]any) string {
	const most = 8
	var parts []string
	for i, row := range rows {
		if i == most {
			parts = append(parts, fmt.Sprintf("y %d más", len(rows)-most))
			break
		}
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = oneLine(fmt.Sprint(cell))
		}
		parts = append(parts, strings.Join(cells, ": "))
	}
	return strings.Join(parts, "; ")
}
