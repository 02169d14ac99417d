//! Streams one answer with async-openai, and prints how that ended. Argument: base URL.
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::{ChatCompletionRequestUserMessageArgs, CreateChatCompletionRequestArgs};
use async_openai::Client;
use futures::StreamExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("no base URL")?;
    let client = Client::with_config(OpenAIConfig::new().with_api_base(url).with_api_key("none"));
    let question = ChatCompletionRequestUserMessageArgs::default().content("Hello?").build()?;
    let request = CreateChatCompletionRequestArgs::default().model("massgen").messages([question.into()]).build()?;
    let mut content = String::new();
    let mut failures: Vec<String> = Vec::new();
    let mut stream = client.chat().create_stream(request).await?;
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => {
                for choice in &chunk.choices {
                    content += choice.delta.content.as_deref().unwrap_or("");
                }
            }
            Err(error) => failures.push(error.to_string()),
        }
    }
    println!("{}", serde_json::json!({ "content": content, "failures": failures }));
    Ok(())
}
