package testdb

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// helper starts a server, tells the parent what to watch, and waits for the end.
func helper(kind Kind) {
	start := StartMariaDB
	if kind == KindPostgres {
		start = StartPostgres
	}
	inst, err := start(context.Background(), Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(inst.PID(), inst.dir.keeper.Process.Pid, inst.Dir)
	select {}
}

// TestNoServerOutlivesAKilledTest kills a test binary as nothing can be caught,
// and waits for the server and for its directory to be gone.
func TestNoServerOutlivesAKilledTest(t *testing.T) {
	for _, kind := range []Kind{KindMariaDB, KindPostgres} {
		t.Run(string(kind), func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), helperVar+"="+string(kind))
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			var server, keeper int
			var dir string
			if _, err := fmt.Sscan(line, &server, &keeper, &dir); err != nil {
				t.Fatalf("reading %q: %v", line, err)
			}
			ends := []int{pidfd(t, server), pidfd(t, keeper)}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			for _, fd := range ends {
				awaitExit(t, fd)
			}
			checkGone(t, dir)
			if err := cmd.Wait(); err == nil {
				t.Error("the helper ended by itself")
			}
		})
	}
}

// pidfd opens a descriptor that becomes readable when the process ends.
func pidfd(t *testing.T, pid int) int {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func awaitExit(t *testing.T, fd int) {
	t.Helper()
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 30_000)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n != 1 {
			t.Fatalf("waiting for a process to end: n = %d, %v", n, err)
		}
		return
	}
}
