// Streams one answer with a version of OpenAI's client for Go, and prints how that ended. Arguments: version, base URL.
package main

import (
	"context"
	"encoding/json"
	"os"

	v1 "github.com/openai/openai-go"
	option1 "github.com/openai/openai-go/option"
	v2 "github.com/openai/openai-go/v2"
	option2 "github.com/openai/openai-go/v2/option"
	v3 "github.com/openai/openai-go/v3"
	option3 "github.com/openai/openai-go/v3/option"
)

type ending struct {
	Content  string   `json:"content"`
	Failures []string `json:"failures"`
}

func (e *ending) fail(err error) {
	if err != nil {
		e.Failures = append(e.Failures, err.Error())
	}
}

func stream1(url string, end *ending) {
	client := v1.NewClient(option1.WithBaseURL(url), option1.WithAPIKey("none"))
	messages := []v1.ChatCompletionMessageParamUnion{v1.UserMessage("Hello?")}
	stream := client.Chat.Completions.NewStreaming(context.Background(), v1.ChatCompletionNewParams{Model: "massgen", Messages: messages})
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			end.Content += choice.Delta.Content
		}
	}
	end.fail(stream.Err())
}

func stream2(url string, end *ending) {
	client := v2.NewClient(option2.WithBaseURL(url), option2.WithAPIKey("none"))
	messages := []v2.ChatCompletionMessageParamUnion{v2.UserMessage("Hello?")}
	stream := client.Chat.Completions.NewStreaming(context.Background(), v2.ChatCompletionNewParams{Model: "massgen", Messages: messages})
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			end.Content += choice.Delta.Content
		}
	}
	end.fail(stream.Err())
}

func stream3(url string, end *ending) {
	client := v3.NewClient(option3.WithBaseURL(url), option3.WithAPIKey("none"))
	messages := []v3.ChatCompletionMessageParamUnion{v3.UserMessage("Hello?")}
	stream := client.Chat.Completions.NewStreaming(context.Background(), v3.ChatCompletionNewParams{Model: "massgen", Messages: messages})
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			end.Content += choice.Delta.Content
		}
	}
	end.fail(stream.Err())
}

func main() {
	end := ending{Failures: []string{}}
	switch os.Args[1] {
	case "v1":
		stream1(os.Args[2], &end)
	case "v2":
		stream2(os.Args[2], &end)
	case "v3":
		stream3(os.Args[2], &end)
	default:
		panic("which version?")
	}
	if err := json.NewEncoder(os.Stdout).Encode(end); err != nil {
		panic(err)
	}
}
