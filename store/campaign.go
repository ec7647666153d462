package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hearline/hearline/hotline"
)

var campaigns = &table{name: "campaigns", keys: 1, columns: columnsOf(`id text, name text, state text, version bigint, plan text, author_id text,
	submitted_by text, approval text, approved text, hold_until bigint, next_at bigint, stop_reason text, started_at bigint, ended_at bigint,
	created_at bigint, updated_at bigint`)}

func campaignRow(c *hotline.Campaign) ([]any, error) {
	plan, err := json.Marshal(c.Plan)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "write a plan: %w", err)
	}
	var approval, approved []byte
	if !c.Approval.At.IsZero() {
		if approval, err = json.Marshal(c.Approval); err != nil {
			return nil, hotline.Errorf(hotline.Internal, "write an approval: %w", err)
		}
	}
	if len(c.Approved.Texts) > 0 {
		if approved, err = json.Marshal(c.Approved); err != nil {
			return nil, hotline.Errorf(hotline.Internal, "write the approved plan: %w", err)
		}
	}
	return []any{
		string(c.ID), c.Name, string(c.State), int64(c.Version), string(plan), string(c.AuthorID), string(c.SubmittedBy), string(approval), string(approved),
		micros(c.HoldUntil), micros(c.NextAt), c.StopReason, micros(c.StartedAt), micros(c.EndedAt), micros(c.CreatedAt), micros(c.UpdatedAt),
	}, nil
}

func scanCampaign(r row) (c hotline.Campaign, err error) {
	var plan, approval, approved string
	var hold, next, started, ended, created, updated int64
	err = r.Scan((*string)(&c.ID), &c.Name, (*string)(&c.State), &c.Version, &plan, (*string)(&c.AuthorID), (*string)(&c.SubmittedBy),
		&approval, &approved, &hold, &next, &c.StopReason, &started, &ended, &created, &updated)
	if err != nil {
		return c, err
	}
	c.HoldUntil, c.NextAt, c.StartedAt, c.EndedAt = timeOf(hold), timeOf(next), timeOf(started), timeOf(ended)
	c.CreatedAt, c.UpdatedAt = timeOf(created), timeOf(updated)
	for _, part := range []struct {
		text string
		into any
	}{{plan, &c.Plan}, {approval, &c.Approval}, {approved, &c.Approved}} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return c, hotline.Errorf(hotline.Internal, "read a campaign: %w", err)
		}
	}
	return c, nil
}

// AddCampaign keeps a new campaign with its audit entries.
func (s *Store) AddCampaign(ctx context.Context, c hotline.Campaign, audit ...hotline.AuditEntry) error {
	w, err := s.campaignWrites(&c, audit, (*writes).insert)
	if err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error { return t.run(ctx, w.statements...) })
}

func (s *Store) campaignWrites(c *hotline.Campaign, audit []hotline.AuditEntry, how func(*writes, *table, [][]any)) (writes, error) {
	w := writes{d: s.d}
	values, err := campaignRow(c)
	if err != nil {
		return w, err
	}
	how(&w, campaigns, [][]any{values})
	entries := make([][]any, len(audit))
	for i := range audit {
		entries[i] = s.auditRow(&audit[i])
	}
	w.insert(audits, entries)
	return w, w.err
}

// Campaign returns a campaign, or hotline.NotFound.
func (s *Store) Campaign(ctx context.Context, id hotline.CampaignID) (hotline.Campaign, error) {
	found, err := s.campaignsWhere(ctx, "WHERE id = $1", string(id))
	if err == nil && len(found) == 0 {
		err = noCampaign()
	}
	if err != nil {
		return hotline.Campaign{}, err
	}
	return found[0], nil
}

func noCampaign() error { return hotline.Errorf(hotline.NotFound, "there is no such campaign") }

// Campaigns lists campaigns, the newest first, at most limit.
func (s *Store) Campaigns(ctx context.Context, limit int) ([]hotline.Campaign, error) {
	return s.campaignsWhere(ctx, "ORDER BY id DESC LIMIT $1", int64(limit))
}

// CampaignsIn lists the campaigns in one of the states, the oldest first.
func (s *Store) CampaignsIn(ctx context.Context, states ...hotline.CampaignState) ([]hotline.Campaign, error) {
	var a args
	where := "WHERE " + s.d.in(&a, "state", texts(states)) + " ORDER BY id"
	return s.campaignsWhere(ctx, where, a...)
}

// DueCampaigns lists those of which a run is due, the longest due first.
func (s *Store) DueCampaigns(ctx context.Context, now time.Time, limit int) ([]hotline.Campaign, error) {
	return s.campaignsWhere(ctx, "WHERE state IN ('approved', 'sending') AND next_at > 0 AND next_at <= $1 ORDER BY next_at, id LIMIT $2", micros(now), int64(limit))
}

func (s *Store) campaignsWhere(ctx context.Context, which string, values ...any) (out []hotline.Campaign, err error) {
	err = s.read(ctx, query(func(r row) error {
		c, err := scanCampaign(r)
		out = append(out, c)
		return err
	}, "SELECT "+campaigns.names(", ")+" FROM campaigns "+which, values...))
	return out, err
}

// ChangeCampaign loads a campaign under a lock, lets decide change it, and saves it
// with the audit entries that decide returns, all or nothing. decide's error comes
// back as it is; a campaign that is not there is hotline.NotFound.
func (s *Store) ChangeCampaign(ctx context.Context, id hotline.CampaignID, decide func(*hotline.Campaign) ([]hotline.AuditEntry, error)) (changed hotline.Campaign, err error) {
	err = s.update(ctx, func(t *tx) error {
		var found []hotline.Campaign
		err := t.run(ctx, query(func(r row) error {
			c, err := scanCampaign(r)
			found = append(found, c)
			return err
		}, "SELECT "+campaigns.names(", ")+" FROM campaigns WHERE id = $1"+s.d.forUpdate("campaigns"), string(id)))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return noCampaign()
		}
		changed = found[0]
		audit, err := decide(&changed)
		if err != nil {
			return err
		}
		w, err := s.campaignWrites(&changed, audit, (*writes).change)
		if err != nil {
			return err
		}
		return t.run(ctx, w.statements...)
	})
	return changed, err
}
