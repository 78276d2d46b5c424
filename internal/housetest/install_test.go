package housetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstallScriptWantsTheClient runs the script where the PATH has no client
// and the user is not root: it may only say what it wants.
func TestInstallScriptWantsTheClient(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join(root, "scripts/install-test-deps.sh"))
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	for name, text := range map[string]string{"id": "echo 1000", "apt-get": "exit 1"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte("#!"+bash+"\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), bash, script)
	cmd.Env = []string{"PATH=" + path}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "mariadb-client") {
		t.Errorf("%v, it says %q; want that it asks for mariadb-client and ends with 2", err, out)
	}
}
