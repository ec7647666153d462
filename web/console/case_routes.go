package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

func (s *Console) mountCases(r fiber.Router, work func(func(*fiber.Ctx, *visit) error) fiber.Handler) {
	r.Get("/o/cases", work(s.caseList))
	r.Get("/o/cases/:id", work(s.caseShow))
	r.Post("/o/cases/:id/names", work(s.caseNames))
	r.Get("/o/cases/:id/edit", work(s.caseEdit))
	r.Post("/o/cases/:id", work(s.caseSave))
}

func caseOf(c *fiber.Ctx) hotline.CaseID { return hotline.CaseID(c.Params("id")) }
