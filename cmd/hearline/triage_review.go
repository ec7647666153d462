package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/triage"
)

// labelsRead is how many verdicts of one conversation are read.
const labelsRead = 500

type triageReportCmd struct{ storage }

// Run prints how often staff agreed with triage. It prints no text of a person,
// save single unknown words that several people used.
func (c *triageReportCmd) Run(ctx context.Context) error {
	review, err := c.review(ctx)
	if err != nil {
		return err
	}
	return review.PrintReport(os.Stdout)
}

type triageReassessCmd struct{ storage }

// Run reads the stored messages again and prints what would change. It changes
// nothing.
func (c *triageReassessCmd) Run(ctx context.Context) error {
	review, err := c.review(ctx)
	if err != nil {
		return err
	}
	return review.PrintShadow(os.Stdout)
}

// review goes through all conversations, telling on standard error how far it is.
func (s storage) review(ctx context.Context) (*triage.Review, error) {
	db, err := s.openCurrent(ctx, time.Now)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	engine, err := triage.New()
	if err != nil {
		return nil, err
	}
	review, seen := engine.NewReview(), 0
	err = db.EachConversation(ctx, func(conv hotline.Conversation, inbound []hotline.Message) error {
		if seen++; seen%1000 == 0 {
			fmt.Fprintf(os.Stderr, "%d conversations\n", seen)
		}
		coded, err := caseOf(ctx, db, conv)
		if err != nil {
			return err
		}
		trail, err := db.AuditOf(ctx, triage.LabelObject, string(conv.ID), labelsRead)
		if err != nil {
			return err
		}
		review.Add(conv, inbound, coded, triage.Verdicts(trail))
		return nil
	})
	return review, err
}

// caseOf is the case that staff made of a conversation; nil for none.
func caseOf(ctx context.Context, db *store.Store, conv hotline.Conversation) (*hotline.Case, error) {
	if conv.CaseID == "" {
		return nil, nil
	}
	found, err := db.Case(ctx, conv.CaseID)
	if hotline.CodeOf(err) == hotline.NotFound {
		return nil, nil
	}
	return &found, err
}
