package demo

import "slices"

// party is an invented party and the mixture of voices with which its members
// speak.
type party struct {
	name, coalition string
	accounts        int
	tweets          float64 // weight of an account's activity
	voices          map[voice]float64
}

// The parties: two on the right, two on the left, two in the centre and two of
// independents, in four coalitions.
var parties = []*party{
	{"Partido del Faro", "Pacto del Puerto", 6, 3, map[voice]float64{right: 0.85, left: 0.04, centre: 0.11}},
	{"Unión del Ancla", "Pacto del Puerto", 5, 2.2, map[voice]float64{right: 0.75, left: 0.05, centre: 0.2}},
	{"Partido del Colibrí", "Pacto del Bosque", 6, 3, map[voice]float64{left: 0.85, right: 0.04, centre: 0.11}},
	{"Movimiento del Canelo", "Pacto del Bosque", 5, 2.2, map[voice]float64{left: 0.75, right: 0.05, centre: 0.2}},
	{"Partido del Puente", "Pacto del Camino", 5, 1.2, map[voice]float64{right: 0.15, left: 0.15, centre: 0.7}},
	{"Liga del Sendero", "Pacto del Camino", 5, 1, map[voice]float64{right: 0.25, left: 0.25, centre: 0.5}},
	{"Vecinos del Valle", "Independientes", 4, 0.8, map[voice]float64{right: 0.45, left: 0.25, centre: 0.3}},
	{"Brisa Independiente", "Independientes", 4, 0.8, map[voice]float64{right: 0.25, left: 0.45, centre: 0.3}},
}

// The sides of the study.
var (
	rightParties = []string{"Partido del Faro", "Unión del Ancla"}
	leftParties  = []string{"Partido del Colibrí", "Movimiento del Canelo"}
)

// account is an invented politician.
type account struct {
	id                 int
	Nombre, ScreenName string
	Cargo              string
	feminine           bool
	party              *party
	weight             float64
	habits             habits
}

// givenNames and surnames make the politicians; women and men take turns. Without
// accents, since they make screen names too.
var givenNames = []string{
	"Amparo", "Bruno", "Clara", "Darío", "Elisa", "Fermín", "Gala", "Hernán", "Irene", "Julián",
	"Lidia", "Marcos", "Nadia", "Octavio", "Paulina", "Quintín", "Rebeca", "Saúl", "Teresa", "Ulises",
	"Violeta", "Walter", "Ximena", "Yago", "Zulema", "Abel", "Berta", "Ciro", "Delia", "Elías",
	"Flora", "Germán", "Hilda", "Isidro", "Josefa", "León", "Miranda", "Néstor", "Olga", "Pascual",
}

var surnames = []string{
	"Cantarrana", "Piedralba", "Riosereno", "Valdelagua", "Montefaro", "Nubeclara", "Trigoalto", "Lunamar", "Brisaleve", "Roblanegra",
	"Camposol", "Peñarrota", "Fuentevieja", "Marblanco", "Sotoniebla", "Arroyuelo", "Puertolindo", "Vientosur", "Granizal", "Olmohueco",
	"Cerrolindo", "Albatierra", "Hondovalle", "Solanueva", "Lagofrío", "Espinalba", "Ramaverde", "Salitral", "Cuestabaja", "Garzafina",
	"Juncoseco", "Ventisquera", "Mirasierra", "Lomapelada", "Quilamar", "Altorrío", "Boldoverde", "Duncalma", "Islagris", "Torrealta",
}

// people makes the accounts, the same for every seed.
func people() []account {
	var all []account
	for _, p := range parties {
		for i := range p.accounts {
			n := len(all)
			a := account{
				id:       n + 1,
				Nombre:   givenNames[n] + " " + surnames[n],
				feminine: n%2 == 0,
				party:    p,
				// The first of a party writes most.
				weight: p.tweets / (1 + 0.4*float64(i)),
			}
			office, fiction := "Diputado", "Ficticio"
			if a.feminine {
				office, fiction = "Diputada", "Ficticia"
			}
			if n%7 == 3 {
				office = map[bool]string{false: "Alcalde", true: "Alcaldesa"}[a.feminine]
			}
			a.Cargo = office + " (personaje inventado)"
			// Twitter's names have at most 15 characters, so this is nobody's.
			a.ScreenName = ascii.Replace(givenNames[n]+surnames[n]) + fiction
			all = append(all, a)
		}
	}
	giveHabits(all)
	return all
}

// strangers write tweets but are not in accounts.csv: the join drops them.
func strangers(accounts []account) []account {
	others := slices.Clone(accounts[:4])
	for i := range others {
		others[i].ScreenName = "Ex" + others[i].ScreenName
		others[i].id = 900 + i
	}
	return others
}
