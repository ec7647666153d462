package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

type healthCmd struct {
	Addr string `help:"Address of the server." default:"127.0.0.1:8080" env:"HEARLINE_ADDR"`
}

// Run asks /readyz and fails when the server is not ready.
func (c *healthCmd) Run(ctx context.Context) error {
	if strings.HasPrefix(c.Addr, "0.0.0.0:") || strings.HasPrefix(c.Addr, ":") {
		c.Addr = "127.0.0.1" + c.Addr[strings.LastIndex(c.Addr, ":"):]
	}
	if err := askReady(ctx, "http://"+c.Addr); err != nil {
		return err
	}
	fmt.Println("ready")
	return nil
}

// askReady returns hotline.Unavailable unless the server says that it is ready.
func askReady(ctx context.Context, baseURL string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, baseURL+"/readyz", nil)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--addr: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return hotline.Errorf(hotline.Unavailable, "no answer: %w", err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
	if resp.StatusCode != http.StatusOK {
		return hotline.Errorf(hotline.Unavailable, "not ready: %s", strings.TrimSpace(string(text)))
	}
	return nil
}
