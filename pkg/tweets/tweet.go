package tweets

import "time"

// Account is one politician: a row of accounts.csv.
type Account struct {
	TargetID   string
	Cargo      string // office held or sought
	Nombre     string
	ScreenName string // as the file spells it
	Partido    string
	Coalicion  string
}

// Tweet is one original tweet of a known account. The parquet names are those
// of the study's checkpoint, so that other tools find the columns they expect.
type Tweet struct {
	ID         string `parquet:"id_str"`
	ScreenName string `parquet:"screen_name,dict"` // as accounts.csv spells it
	Nombre     string `parquet:"Nombre,dict"`
	Cargo      string `parquet:"Cargo,dict"`
	Partido    string `parquet:"Partido,dict"`
	Coalicion  string `parquet:"Coalicion,dict"`
	Text       string `parquet:"text"`
	// TextClean is Text without t.co links and without white space at its ends, and
	// with what Options.Cleaning asks for.
	TextClean string `parquet:"text_clean"`
	// Time is UTC, to the second; zero, and null in Parquet, in a corpus without dates.
	Time time.Time `parquet:"dt,optional,timestamp(millisecond)"`
	// Tokens is the number of tokens of TextClean by text.Tokenize.
	Tokens   int      `parquet:"tokens"`
	Hashtags []string `parquet:"hashtags,list"` // without '#', as the file lists them
	Mentions []string `parquet:"mentions,list"` // without '@', as the file lists them
}
