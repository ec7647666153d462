package main

import (
	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/web/api"
	"github.com/hearline/hearline/web/hooks"
)

// The one store satisfies every rule's port without knowing any of them.
var (
	_ intake.Store          = (*store.Store)(nil)
	_ intake.DeskStore      = (*store.Store)(nil)
	_ intake.ScriptStore    = (*store.Store)(nil)
	_ intake.EmergencyStore = (*store.Store)(nil)
	_ triage.QueueStore     = (*store.Store)(nil)
	_ cases.Store           = (*store.Store)(nil)
	_ intake.Codes          = (*codes)(nil)
	_ channels.Outbox       = (*store.Store)(nil)
	_ channels.Ledger       = (*store.Store)(nil)
	_ channels.CanaryStore  = (*store.Store)(nil)
	_ hooks.Statuses        = (*store.Store)(nil)
	_ hooks.Quarantine      = (*store.Store)(nil)
	_ hooks.Receiver        = (*intake.Intake)(nil)
	_ api.Partners          = (*store.Store)(nil)
	_ api.Receiver          = (*intake.Intake)(nil)
)
