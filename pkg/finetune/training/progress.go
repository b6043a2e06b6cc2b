package training

import "time"

// Progress says how far training has come.
type Progress struct {
	Step, Steps     int
	Entry           *Entry  // a new log entry, or nil
	Log             []Entry // all there are, those of earlier calls too; not to be changed
	Saved           string  // name of a new checkpoint, or ""
	ResumedFrom     int     // the step from which this call went on; 0 if it began anew
	TokensPerSecond float64
	Left            time.Duration // what the remaining steps take at this speed, without evaluations; 0 if not known
}
