using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public sealed class SourceBodyTests : PatientTestKit
{
    [Fact]
    public async Task A_source_that_is_cancelled_midway_does_not_pass_for_whole()
    {
        var context = new Context(ActorMaterializer.Create(Sys));
        using var cancel = new CancellationTokenSource();
        var endless = Source.Single(ByteString.FromString("first")).Concat(Source.Maybe<ByteString>()
            .MapMaterializedValue(_ => NotUsed.Instance));
        var reading = Task.Run(async () =>
        {
            await foreach (var element in endless.ToBody().Open(context, cancel.Token))
            {
                Assert.Equal("first"u8.ToArray(), element.ToArray());
                await cancel.CancelAsync();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("the end of the body"));
    }

    private sealed class Context(IMaterializer materializer) : IMaterializerContext
    {
        public IMaterializer Materializer => materializer;
    }
}
