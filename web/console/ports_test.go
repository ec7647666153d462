package console

import (
	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/triage"
)

// The rules fit their ports; the store's proof stands in cmd/hearline.
var (
	_ Desk     = (*intake.Desk)(nil)
	_ Queue    = (*triage.Queue)(nil)
	_ Casework = (*cases.Cases)(nil)
)
