package extract

func (s *scan) findPlaces() {}
