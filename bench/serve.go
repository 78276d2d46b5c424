package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
)

// copyRole is the role of a server that copies bytes to the address behind it.
const copyRole = "copy:"

// startServer runs this program again as a server and returns its
// address.
func startServer(ctx context.Context, role string) (addr string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, fmt.Errorf("finding this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "-serve", role)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("starting a server: %w", err)
	}
	stop = func() error { return errors.Join(stdin.Close(), cmd.Wait()) }
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("waiting for a server: %w", err), stop())
	}
	return strings.TrimSpace(line), stop, nil
}

// serve is a server in a process of its own: it prints its address, and ends
// when its standard input does.
func serve(ctx context.Context, role string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, the parent is gone
		ln.Close()
	}()
	context.AfterFunc(ctx, func() { ln.Close() })
	fmt.Println(ln.Addr())
	if target, ok := strings.CutPrefix(role, copyRole); ok {
		err = serveCopy(ln, target)
	} else {
		err = serveHTTP(ln, role)
	}
	if !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}

// serveCopy carries the bytes of each connection to the target and back,
// unread: what standing between costs in itself.
func serveCopy(ln net.Listener, target string) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			up, err := net.Dial("tcp", target)
			if err != nil {
				return
			}
			defer up.Close()
			go func() {
				defer c.Close()
				_ = carry(c, up)
			}()
			_ = carry(up, c)
		}()
	}
}

// carry is io.Copy without splice, which costs more where messages are small.
func carry(dst, src net.Conn) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if err != nil {
			return err
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return err
		}
	}
}
