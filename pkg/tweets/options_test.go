package tweets

import (
	"encoding/json"
	"testing"
	"time"
)

// TestOptionsJSON: finished work is known again by its options' JSON, so that a change
// of one byte makes all of it be done anew.
func TestOptionsJSON(t *testing.T) {
	for want, o := range map[string]Options{
		`{"Accounts":"","Tweets":null,"Columns":null,"Format":"","TimeZone":"","Days":0,"From":"0001-01-01T00:00:00Z","To":"0001-01-01T00:00:00Z","Languages":null,` +
			`"Cleaning":{"Entities":false,"URLs":"","Mentions":""},"NearCopies":false,"DropAuthorless":false,"MinTokens":0,"MaxMalformed":0,"Workers":0}`: {},
		`{"Accounts":"a.csv","Tweets":["t"],"Columns":{"id_str":"id"},"Format":"csv","TimeZone":"America/Santiago","Days":10,"From":"2020-10-01T00:00:00Z","To":"2020-11-01T00:00:00Z","Languages":["es"],` +
			`"Cleaning":{"Entities":true,"URLs":"URL","Mentions":"@u"},"NearCopies":true,"DropAuthorless":true,"MinTokens":-1,"MaxMalformed":0.01,"Workers":3}`: {
			Accounts: "a.csv", Tweets: []string{"t"}, Columns: map[string]string{"id_str": "id"}, Format: FormatCSV, TimeZone: "America/Santiago", Days: 10,
			From: time.Date(2020, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2020, 11, 1, 0, 0, 0, 0, time.UTC), Languages: []string{"es"},
			Cleaning: Cleaning{Entities: true, URLs: "URL", Mentions: "@u"}, NearCopies: true, DropAuthorless: true, MinTokens: -1, MaxMalformed: 0.01, Workers: 3,
			Progress: func(Progress) {},
		},
	} {
		if got, err := json.Marshal(o); err != nil || string(got) != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
}
