package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/passwords"
	"github.com/hearline/hearline/store"
)

type userCmd struct {
	Add  userAddCmd  `cmd:"" help:"Add a staff account and print its password."`
	List userListCmd `cmd:"" help:"List staff accounts."`
	Set  userSetCmd  `cmd:"" help:"Give a new password, change the role, disable or enable an account."`
}

type userAddCmd struct {
	storage
	Login         string   `arg:"" help:"Login, lower case."`
	Name          string   `help:"Name shown to colleagues; the login when empty."`
	Role          string   `help:"operator, supervisor, analyst, manager or administrator." default:"operator" enum:"operator,supervisor,analyst,manager,administrator"`
	Languages     []string `help:"Languages spoken, such as en,ar."`
	PasswordStdin bool     `help:"Read the password from standard input instead of making one."`
}

// Run adds the account.
func (c *userAddCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	user := hotline.User{Login: strings.ToLower(c.Login), Name: c.Name, Role: hotline.Role(c.Role)}
	if user.Name == "" {
		user.Name = user.Login
	}
	for _, l := range c.Languages {
		user.Languages = append(user.Languages, hotline.Language(l))
	}
	given, err := passwordFromStdin(c.PasswordStdin)
	if err != nil {
		return err
	}
	password, err := addUser(ctx, db, user, given)
	if err != nil {
		return err
	}
	if given == "" {
		fmt.Printf("Added %s (%s). Password: %s\n", user.Login, user.Role, password)
	}
	return nil
}

// addUser adds an account and returns its password, which it makes when given
// is empty.
func addUser(ctx context.Context, db *store.Store, user hotline.User, given string) (string, error) {
	password := given
	if password == "" {
		password = passwords.Generate()
	}
	hash, err := passwords.New(passwords.Default, 1).Hash(ctx, password)
	if err != nil {
		return "", err
	}
	user.ID, user.PasswordHash, user.CreatedAt = hotline.UserID(newID()), hash, time.Now()
	return password, db.AddUser(ctx, user)
}

func passwordFromStdin(wanted bool) (string, error) {
	if !wanted {
		return "", nil
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", hotline.Errorf(hotline.Invalid, "no password on standard input: %w", err)
	}
	return password, nil
}

type userListCmd struct{ storage }

// Run lists the accounts.
func (c *userListCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	users, err := db.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		state := ""
		if u.Disabled {
			state = "  disabled"
		}
		fmt.Printf("%-16s %-14s %s%s\n", u.Login, u.Role, u.Name, state)
	}
	return nil
}

type userSetCmd struct {
	storage
	Login    string `arg:"" help:"Login of the account."`
	Password bool   `help:"Make and print a new password."`
	Role     string `help:"New role."`
	Disable  bool   `help:"Refuse sign-in." xor:"able"`
	Enable   bool   `help:"Allow sign-in again." xor:"able"`
}

// Run changes the account. A new password ends the sessions that the old one began.
func (c *userSetCmd) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	user, err := db.UserByLogin(ctx, strings.ToLower(c.Login))
	if err != nil {
		return err
	}
	var password, hash string
	if c.Password {
		password = passwords.Generate()
		if hash, err = passwords.New(passwords.Default, 1).Hash(ctx, password); err != nil {
			return err
		}
	}
	err = db.ChangeUser(ctx, user.ID, func(u *hotline.User) error {
		if hash != "" {
			u.PasswordHash = hash
		}
		if c.Role != "" {
			u.Role = hotline.Role(c.Role)
		}
		u.Disabled = (u.Disabled || c.Disable) && !c.Enable
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("Changed %s.\n", user.Login)
	if password != "" {
		fmt.Printf("New password of %s: %s\n", user.Login, password)
	}
	return nil
}

func (c *userSetCmd) check() error {
	if c.Role == "" && !c.Password && !c.Disable && !c.Enable {
		return hotline.Errorf(hotline.Invalid, "say what to change: --password, --role, --disable or --enable")
	}
	if c.Role == "" {
		return nil
	}
	for _, role := range hotline.Roles {
		if string(role) == c.Role {
			return nil
		}
	}
	return hotline.Errorf(hotline.Invalid, "--role: there is no role %q; choose one of %v", c.Role, hotline.Roles)
}
