package policy

// Code names a kind of diagnostic for good: a code is never used again for
// something else. docs/policy.md says what each means and how it is mended.
type Code string

// The codes. SP01: the file and its YAML. SP02: keys and values. SP03: what
// rules are made of. SP04: names and how things fit together. SP05: secrets
// and files. SP06: tests. SP07: warnings. SP09: not in this version.
const (
	CodeUnreadable   Code = "SP0100"
	CodeTooLarge     Code = "SP0101"
	CodeCharacters   Code = "SP0102"
	CodeSyntax       Code = "SP0103"
	CodeDocuments    Code = "SP0104"
	CodeAnchor       Code = "SP0105"
	CodeMerge        Code = "SP0106"
	CodeTag          Code = "SP0107"
	CodeDuplicateKey Code = "SP0108"
	CodeKeyType      Code = "SP0109"
	CodeTooDeep      Code = "SP0110"
	CodeEmptyFile    Code = "SP0111"

	CodeUnknownKey Code = "SP0201"
	CodeMissingKey Code = "SP0202"
	CodeType       Code = "SP0203"
	CodeExpansion  Code = "SP0204"
	CodeQuoting    Code = "SP0205"
	CodeEmpty      Code = "SP0206"
	CodeNumber     Code = "SP0207"
	CodeSize       Code = "SP0208"
	CodeDuration   Code = "SP0209"
	CodeRate       Code = "SP0210"
	CodeName       Code = "SP0211"
	CodeWord       Code = "SP0212"
	CodeAddress    Code = "SP0213"
	CodeListen     Code = "SP0214"
	CodeURL        Code = "SP0215"
	CodeHostName   Code = "SP0216"
	CodeTime       Code = "SP0217"
	CodeHash       Code = "SP0218"
	CodeVersion    Code = "SP0219"
	CodeExclusive  Code = "SP0220"
	CodeRepeated   Code = "SP0221"
	CodeTooMany    Code = "SP0222"
	CodeHours      Code = "SP0223"

	CodePath     Code = "SP0301"
	CodeWildcard Code = "SP0302"
	CodeMethod   Code = "SP0303"
	CodeTable    Code = "SP0304"
	CodeUpgrade  Code = "SP0305"
	CodeWho      Code = "SP0306"
	CodeMasker   Code = "SP0307"
	CodeColumn   Code = "SP0308"
	CodeFunction Code = "SP0309"
	CodeCertName Code = "SP0310"

	CodeUnknownApp      Code = "SP0401"
	CodeUnknownHost     Code = "SP0402"
	CodeUnknownAPIKey   Code = "SP0403"
	CodeUnknownLogin    Code = "SP0404"
	CodeDuplicateName   Code = "SP0405"
	CodeDuplicateListen Code = "SP0406"
	CodeWrongKind       Code = "SP0407"
	CodeUnprovable      Code = "SP0408"
	CodeNoPassword      Code = "SP0409"
	CodeSpecialAddress  Code = "SP0410"
	CodeClearListener   Code = "SP0411"
	CodeClearUpstream   Code = "SP0412"
	CodeNoTLS           Code = "SP0413"
	CodeAdminExposed    Code = "SP0414"
	CodeLoginsDiffer    Code = "SP0415"
	CodeSameKey         Code = "SP0416"
	CodeUnknownClass    Code = "SP0417"
	CodeBlindClass      Code = "SP0418"
	CodeNoMasker        Code = "SP0419"
	CodeNoMaskingKey    Code = "SP0420"
	CodeNoCertificate   Code = "SP0421"

	CodeLiteralSecret Code = "SP0501"
	CodeSecretMissing Code = "SP0502"
	CodeFileMissing   Code = "SP0503"
	CodeSecretEmpty   Code = "SP0504"
	CodeFileReference Code = "SP0505"
	CodeCertificate   Code = "SP0506"
	CodeShortKey      Code = "SP0507"
	CodeShapes        Code = "SP0508"
	CodeCertExpired   Code = "SP0509"

	CodeTestGrammar Code = "SP0601"
	CodeTestFailed  Code = "SP0602"
	CodeTestSQL     Code = "SP0603"

	CodeAllowsNothing  Code = "SP0701"
	CodeAddsNothing    Code = "SP0702"
	CodeInTheClear     Code = "SP0703"
	CodeSecretReadable Code = "SP0704"
	CodeWeakSecret     Code = "SP0705"
	CodeDangerGranted  Code = "SP0706"
	CodeWideOpen       Code = "SP0707"
	CodeUnused         Code = "SP0708"
	CodeAdminToken     Code = "SP0709"
	CodeNotEnforcing   Code = "SP0710"
	CodeKeyExpires     Code = "SP0711"
	CodeCertExpires    Code = "SP0712"
	CodeBudgetIdle     Code = "SP0713"

	CodeNotYet Code = "SP0900"
	CodeBug    Code = "SP0999"
)

// codes says in a few words what each code is about. Whatever is reported has
// to be in it, and docs/policy.md has a line for each.
var codes = map[Code]string{
	CodeUnreadable:   "the file cannot be read",
	CodeTooLarge:     "the file is too large",
	CodeCharacters:   "bytes that are no text",
	CodeSyntax:       "not YAML",
	CodeDocuments:    "several documents in one file",
	CodeAnchor:       "an anchor or alias",
	CodeMerge:        "a merge key",
	CodeTag:          "a tag or directive",
	CodeDuplicateKey: "a key that stands twice",
	CodeKeyType:      "a key that is no name",
	CodeTooDeep:      "nested too deep, or too many values",
	CodeEmptyFile:    "an empty policy",

	CodeUnknownKey: "an unknown key",
	CodeMissingKey: "a key is missing",
	CodeType:       "the wrong shape of value",
	CodeExpansion:  "a variable; nothing is expanded",
	CodeQuoting:    "a value that YAML readers take for something else",
	CodeEmpty:      "an empty value",
	CodeNumber:     "not a number, or out of bounds",
	CodeSize:       "not a size",
	CodeDuration:   "not a duration",
	CodeRate:       "not a rate",
	CodeName:       "not a name",
	CodeWord:       "an unknown word",
	CodeAddress:    "not an address range",
	CodeListen:     "not a listen address",
	CodeURL:        "not a URL that a door can lead to",
	CodeHostName:   "not a host name",
	CodeTime:       "not a time",
	CodeHash:       "not a SHA-256 hash",
	CodeVersion:    "not a version that is known",
	CodeExclusive:  "two keys that exclude one another",
	CodeRepeated:   "a list entry that stands twice",
	CodeTooMany:    "too many entries",
	CodeHours:      "not a span of hours",

	CodePath:     "a path that no request can have",
	CodeWildcard: "a wildcard in the wrong place",
	CodeMethod:   "not a method",
	CodeTable:    "not a table",
	CodeUpgrade:  "not a protocol to upgrade to",
	CodeWho:      "not a caller",
	CodeMasker:   "not a masker",
	CodeColumn:   "not a column",
	CodeFunction: "not a function",
	CodeCertName: "not a name that a certificate bears",

	CodeUnknownApp:      "an unknown app",
	CodeUnknownHost:     "an unknown host",
	CodeUnknownAPIKey:   "an unknown key",
	CodeUnknownLogin:    "an unknown login",
	CodeDuplicateName:   "a name that is used twice",
	CodeDuplicateListen: "a listen address that is used twice",
	CodeWrongKind:       "a key of another kind of door",
	CodeUnprovable:      "a caller that cannot prove itself at this door",
	CodeNoPassword:      "an app without the proof that the door wants",
	CodeSpecialAddress:  "a special address that is not spelled out",
	CodeClearListener:   "clients in the clear beyond this machine",
	CodeClearUpstream:   "an upstream in the clear beyond this machine",
	CodeNoTLS:           "a door without TLS",
	CodeAdminExposed:    "an admin listener that is open to others",
	CodeLoginsDiffer:    "two logins for one session",
	CodeSameKey:         "one secret for two callers",
	CodeUnknownClass:    "an unknown class",
	CodeBlindClass:      "a class that the door could never see",
	CodeNoMasker:        "a class to mask that has no masker",
	CodeNoMaskingKey:    "a caller without the key that its masks want",
	CodeNoCertificate:   "a certificate that nobody asks for",

	CodeLiteralSecret: "a secret in the policy itself",
	CodeSecretMissing: "an environment variable that is not set",
	CodeFileMissing:   "a file that cannot be read",
	CodeSecretEmpty:   "an empty secret",
	CodeFileReference: "not a file reference",
	CodeCertificate:   "not a certificate, or not its key",
	CodeShortKey:      "a key that is too short",
	CodeShapes:        "not a list of shapes",
	CodeCertExpired:   "a certificate that does not hold today",

	CodeTestGrammar: "a test that cannot be read",
	CodeTestFailed:  "a test that fails",
	CodeTestSQL:     "a test's statement that cannot be analysed",

	CodeAllowsNothing:  "a door that refuses everything",
	CodeAddsNothing:    "a rule that changes nothing",
	CodeInTheClear:     "data in the clear",
	CodeSecretReadable: "a secret file that others can read",
	CodeWeakSecret:     "a short secret",
	CodeDangerGranted:  "a danger that reaches beyond tables",
	CodeWideOpen:       "a rule that is wide open",
	CodeUnused:         "something that nothing uses",
	CodeAdminToken:     "an admin listener without a token",
	CodeNotEnforcing:   "a door that does not enforce",
	CodeKeyExpires:     "a key that has expired, or soon will",
	CodeCertExpires:    "a certificate that soon expires",
	CodeBudgetIdle:     "a budget that never ends",

	CodeNotYet: "not in this version",
	CodeBug:    "a fault of Sallyport itself",
}
