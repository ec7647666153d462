package main

type demoCmd struct{}

func (demoCmd) Run() error { return nil }

const demoNumber = "+15550100100"
