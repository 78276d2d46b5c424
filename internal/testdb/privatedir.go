package testdb

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/sallyport/sallyport/internal/testpki"
)

// keeper is the shell that cleans up after us however we end. It reads lines
// "PID SIGNAL" (the server to end; 0 for none any more) until its standard
// input closes, which the kernel does for us when we are killed; then it ends
// the process group of the last server named, waits for the server, and
// removes the directory.
const keeper = `trap '' INT TERM HUP QUIT
pid=0 sig=KILL
while read -r p s; do pid=$p sig=$s; done
if [ "$pid" != 0 ] && kill -s "$sig" -- "-$pid" 2>/dev/null; then
	n=0
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
	kill -s KILL -- "-$pid" 2>/dev/null
fi
n=0
until rm -rf -- "$1" 2>/dev/null || [ $n -ge 50 ]; do sleep 0.1; n=$((n + 1)); done
[ ! -e "$1" ]
`

// privateDir is a temporary directory that belongs to the server's account and
// is removed when we end, in whatever way.
type privateDir struct {
	path    string
	account account

	mu     sync.Mutex
	keeper *exec.Cmd
	orders io.WriteCloser
}

func newPrivateDir(a account) (*privateDir, error) {
	path, err := os.MkdirTemp(a.tempRoot(), "sallyport-testdb-")
	if err != nil {
		return nil, fmt.Errorf("making a private directory: %w", err)
	}
	d := &privateDir{path: path, account: a}
	d.keeper = exec.Command("/bin/sh", "-c", keeper, "testdb-keeper", path)
	d.keeper.Dir = "/"
	d.keeper.SysProcAttr = ownGroup()
	if d.orders, err = d.keeper.StdinPipe(); err != nil {
		return nil, fmt.Errorf("making the keeper's pipe: %w", err)
	}
	if err := d.keeper.Start(); err != nil {
		return nil, fmt.Errorf("starting the keeper of %s: %w", path, err)
	}
	if err := a.own(path); err != nil {
		return nil, err
	}
	return d, nil
}

// join returns the path of name in the directory.
func (d *privateDir) join(name string) string { return filepath.Join(d.path, name) }

// watch tells the keeper which process to end, and how; pid 0 means none.
func (d *privateDir) watch(pid int, signal string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := fmt.Fprintf(d.orders, "%d %s\n", pid, signal); err != nil {
		return fmt.Errorf("telling the keeper of %s about process %d: %w", d.path, pid, err)
	}
	return nil
}

// remove lets the keeper remove the directory and waits for it.
func (d *privateDir) remove() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.orders.Close()
	if err := d.keeper.Wait(); err != nil {
		return fmt.Errorf("removing %s: %w", d.path, err)
	}
	return nil
}

// certificates is what a server needs to speak TLS.
type certificates struct {
	ca                        *testpki.CA
	caFile, certFile, keyFile string
}

// writeCertificates makes an authority and a server certificate for localhost
// and writes them into the directory, readable by the server.
func (d *privateDir) writeCertificates(name string) (certificates, error) {
	ca, err := testpki.NewCA(name)
	if err != nil {
		return certificates{}, err
	}
	pair, err := ca.Server()
	if err != nil {
		return certificates{}, err
	}
	c := certificates{ca: ca, caFile: d.join("ca.pem")}
	if err := os.WriteFile(c.caFile, ca.PEM, 0o644); err != nil {
		return certificates{}, fmt.Errorf("writing the test authority: %w", err)
	}
	if c.certFile, c.keyFile, err = pair.WriteFiles(d.path, "server"); err != nil {
		return certificates{}, err
	}
	return c, d.account.own(c.caFile, c.certFile, c.keyFile)
}
