import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Streams one answer with langchain4j or OpenAI's client, and prints how that ended. Arguments: which, base URL. */
public class BrokenStream {
  private final StringBuffer content = new StringBuffer();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();

  public static void main(String[] arguments) throws Exception {
    BrokenStream stream = new BrokenStream();
    if (arguments[0].equals("langchain4j")) stream.langchain4j(arguments[1]);
    else stream.openai(arguments[1]);
    Map<String, Object> ending =
        Map.of(
            "content", stream.content.toString(), "failures", stream.failures, "ends", stream.ends);
    System.out.println(new ObjectMapper().writeValueAsString(ending));
    System.exit(0);
  }

  private void langchain4j(String url) throws InterruptedException {
    OpenAiStreamingChatModel model =
        OpenAiStreamingChatModel.builder().baseUrl(url).apiKey("none").modelName("massgen").build();
    CountDownLatch ended = new CountDownLatch(1);
    model.chat(
        "Hello?",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String text) {
            content.append(text);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            ends.add("completed");
            ended.countDown();
          }

          @Override
          public void onError(Throwable error) {
            failures.add(String.valueOf(error.getMessage()));
            ends.add("failed");
            ended.countDown();
          }
        });
    ended.await();
    // Whatever else it says of this stream comes with it.
    Thread.sleep(500);
  }

  private void openai(String url) {
    OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey("none").build();
    ChatCompletionCreateParams question =
        ChatCompletionCreateParams.builder().model("massgen").addUserMessage("Hello?").build();
    try (var stream = client.chat().completions().createStreaming(question)) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .forEach(choice -> choice.delta().content().ifPresent(content::append));
      ends.add("completed");
    } catch (RuntimeException error) {
      failures.add(String.valueOf(error.getMessage()));
      ends.add("failed");
    }
  }
}
