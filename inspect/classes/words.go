package classes

import "encoding/binary"

// nouns is the words that name a kind of number, in lower case and in several
// languages. Letters beyond ASCII are compared as they are written.
var nouns = [contextKinds][]string{
	saysSSN:      {"ssn", "ssns", "social", "socialsecurity"},
	saysNHS:      {"nhs"},
	saysNINO:     {"nino", "insurance", "ni"},
	saysDNI:      {"dni", "nie", "nif", "documento", "identidad"},
	saysTaxID:    {"steuer", "steuerid", "steueridnr", "idnr", "steueridentifikationsnummer", "identifikationsnummer", "steuernummer", "tin", "tax", "taxid"},
	saysNIR:      {"nir", "sécurité", "securite", "sociale", "insee", "secu", "sécu"},
	saysCF:       {"codice", "fiscale", "codicefiscale"},
	saysAadhaar:  {"aadhaar", "aadhar", "adhaar", "uidai", "uid", "आधार"},
	saysPAN:      {"pan", "permanent"},
	saysCPF:      {"cpf", "cadastro"},
	saysCNPJ:     {"cnpj"},
	saysPassport: {"passport", "passports", "passeport", "reisepass", "pasaporte", "passaporto", "passaporte", "paspoort", "paszport", "паспорт", "паспорта", "護照", "旅券"},
	saysDriver:   {"driver", "drivers", "driving", "dl", "dln", "dvla", "dmv"},
	saysLicence:  {"licence", "license", "licenses", "licences", "lic", "dl", "dln", "dvla", "führerschein", "fuehrerschein", "führerscheinnummer", "permis", "conducir", "patente", "rijbewijs", "carteira", "habilitação", "cnh"},
	saysPhone: {"phone", "phones", "telephone", "tel", "telefon", "telefono", "teléfono", "telefone", "téléphone", "telefoon", "телефон", "Телефон", "電話", "电话",
		"mobile", "mobil", "móvil", "movil", "celular", "cellulare", "cell", "cellphone", "handy", "portable", "handynummer", "telefonnummer", "rufnummer", "numéro",
		"fax", "telefax", "call", "called", "calling", "caller", "callback", "dial", "sms", "whatsapp", "ring", "hotline", "landline", "answering", "voicemail", "msisdn", "phonenumber"},
	saysBirth: {"dob", "birth", "birthday", "birthdate", "born", "geburtsdatum", "geboren", "geburtstag", "geb", "naissance", "née", "nacimiento", "nacido", "nacida",
		"nascita", "nato", "nata", "nascimento", "geboortedatum", "urodzenia", "рождения", "生年月日"},
	saysCard:    {"card", "cards", "credit", "debit", "visa", "mastercard", "maestro", "amex", "cc", "ccnum", "kreditkarte", "kartennummer", "karte", "carte", "tarjeta", "carta", "cartão", "cartao", "kaart", "karta", "карта", "карты"},
	saysIBAN:    {"iban", "account", "konto"},
	saysIP:      {"ip", "ipv4", "address", "addr", "host", "server", "client", "gateway", "adresse", "dirección", "direccion", "indirizzo"},
	saysVersion: {"version", "versions", "ver", "v", "release", "build", "firmware"},
}

const (
	slots     = 1024
	slotsMask = slots - 1
)

// noun is a word and the kinds that it has.
type noun struct {
	word  string
	kinds uint32
}

// nounTable is the words by their hash, the next free slot where one is taken.
var nounTable = func() (t [slots]noun) {
	for k, words := range nouns {
		for _, w := range words {
			var head [8]byte
			copy(head[:], w)
			at := slotOf(binary.LittleEndian.Uint64(head[:]), len(w))
			for t[at].word != "" && t[at].word != w {
				at = (at + 1) & slotsMask
			}
			t[at].word = w
			t[at].kinds |= 1 << k
		}
	}
	return t
}()

// taken is the slots that hold a word, a bit each: most words in a text are not
// in the table, and this is found out without it.
var taken = func() (t [slots / 64]uint64) {
	for at, n := range nounTable {
		if n.word != "" {
			t[at/64] |= 1 << (at % 64)
		}
	}
	return t
}()

// slotOf is where a word stands of which these are the first eight bytes. The
// bit that tells small letters from capitals does not count, nor do bytes
// behind a shorter word.
func slotOf(head uint64, length int) int {
	if length < 8 {
		head &= 1<<(8*length) - 1
	}
	head |= 0x2020202020202020
	return int((head ^ uint64(length)*0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9 >> 54)
}

// lookUp is the kinds of the word at [from, to), as bits.
func lookUp(b *[window + ahead]byte, from, to int) uint32 {
	if to-from > longest {
		return 0
	}
	at := slotOf(binary.LittleEndian.Uint64(b[from:from+8]), to-from)
	if taken[at/64]>>(at%64)&1 == 0 {
		return 0
	}
	for ; nounTable[at].word != ""; at = (at + 1) & slotsMask {
		if same(nounTable[at].word, b[from:to]) {
			return nounTable[at].kinds
		}
	}
	return 0
}

// same compares a word in lower case with one as it is written.
func same(word string, written []byte) bool {
	if len(word) != len(written) {
		return false
	}
	for i, c := range written {
		if fold(c) != word[i] {
			return false
		}
	}
	return true
}
