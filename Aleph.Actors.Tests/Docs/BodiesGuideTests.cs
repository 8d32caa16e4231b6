using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

public sealed class BodiesGuideTests
{
    [Fact]
    public async Task A_format_of_ones_own_is_read_and_written()
    {
        var headers = HttpHeaders.Of(("Content-Type", "text/x-name"), ("Accept", "application/json"));
        var answer = await BodiesExamples.NegotiateAsync(new HttpRequest("POST", "/", headers, HttpBody.From("Ann")));
        Assert.Equal("""{"name":"Ann","age":0}""", await answer.Body.ReadTextAsync());
    }
}
