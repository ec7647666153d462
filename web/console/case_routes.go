package console

import "github.com/gofiber/fiber/v2"

func (s *Console) mountCases(fiber.Router, func(func(*fiber.Ctx, *visit) error) fiber.Handler) {}
