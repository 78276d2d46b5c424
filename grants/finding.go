package grants

// Severity is how bad a weak spot is.
type Severity string

// The severities, from the worst. Info is no weak spot.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"
	Info   Severity = "info"
)

// Code names a sort of weak spot. Codes do not change their meaning.
type Code string

// The codes; docs/grants.md has a row for each.
const (
	CodeAllPower   Code = "GR101"
	CodeFiles      Code = "GR102"
	CodePassesOn   Code = "GR103"
	CodeServerWide Code = "GR104"
	CodePredefined Code = "GR105"
	CodeNotNeeded  Code = "GR106"
	CodeOwner      Code = "GR107"
	CodeLacks      Code = "GR108"
	CodeSees       Code = "GR109"
	CodeAnonymous  Code = "GR201"
	CodeNoPassword Code = "GR202"
	CodeAnyHost    Code = "GR203"
	CodeTLS        Code = "GR204"
	CodeClear      Code = "GR205"
	CodeTrust      Code = "GR206"
	CodeInfile     Code = "GR301"
	CodeFileFolder Code = "GR302"
	CodeUnlogged   Code = "GR303"
	CodeWeakHash   Code = "GR304"
	CodePublicTemp Code = "GR305"
	CodeUnseen     Code = "GR901"
)

// kindsOfFinding is the severity of each code and what to do about it.
var kindsOfFinding = map[Code]struct {
	severity Severity
	do       string
}{
	CodeAllPower:   {High, "take it away: nothing that the policy forbids is beyond this login"},
	CodeFiles:      {High, "take it away: the server's files are no tables, and no policy sees what is in them"},
	CodePassesOn:   {High, "take it away: the login can give itself, or another, what it lacks"},
	CodeServerWide: {Medium, "take it away: it is about the whole server"},
	CodePredefined: {High, "take the login out of the role"},
	CodeNotNeeded:  {Medium, "revoke it: `sallyport grants diff` writes the statement"},
	CodeOwner:      {Medium, "let another role own it: an owner can do all, and give it away"},
	CodeLacks:      {Info, "grant it: `sallyport grants diff` writes the statement; until then the server refuses what the policy allows"},
	CodeSees:       {Info, "grant it: `sallyport grants diff` writes the statement; until then the door refuses statements of which it does not know what they use"},
	CodeAnonymous:  {High, "drop the account: anybody is let in by it"},
	CodeNoPassword: {High, "give the account a password, or lock it"},
	CodeAnyHost:    {Medium, "name the hosts of the gateway: RENAME USER to one at an address or a network; `sallyport grants generate --from` writes accounts so"},
	CodeTLS:        {Medium, "have the server ask for TLS: REQUIRE SSL, or hostssl in pg_hba.conf"},
	CodeClear:      {High, "take `plaintext: accepted` or `tls: none` off the host"},
	CodeTrust:      {High, "ask for a password: scram-sha-256 in pg_hba.conf"},
	CodeInfile:     {Low, "SET GLOBAL local_infile = OFF: no door to the server says `local-infile: allow`"},
	CodeFileFolder: {Medium, "set secure_file_priv to a folder: without one, FILE is every file that the server can reach"},
	CodeUnlogged:   {Low, "switch it on: then the server's log shows logins that went past the gateway"},
	CodeWeakHash:   {Medium, "set password_encryption to scram-sha-256, and every password anew"},
	CodePublicTemp: {Low, "REVOKE TEMPORARY ON DATABASE … FROM PUBLIC, once nothing else counts on it"},
	CodeUnseen:     {Info, "ask again with an administrator's login, `sallyport grants verify --dsn-env NAME`, and for the login's rights `sallyport grants diff --dsn-env NAME`; or look by hand"},
}

// Finding is a weak spot of a login or of its server.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Server   string   `json:"server"` // as the policy names it
	Login    string   `json:"login"`
	What     string   `json:"what"`
	Do       string   `json:"do"`
}

// Weak tells whether the finding is a weak spot and not only told.
func (f Finding) Weak() bool { return f.Severity != Info }
