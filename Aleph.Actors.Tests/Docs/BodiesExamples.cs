using Aleph.Actors.Http;
using Aleph.Actors.Tests.Messages;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/bodies.md that is in no sample.</summary>
internal static class BodiesExamples
{
    public static async ValueTask<HttpResponse> NegotiateAsync(HttpRequest request)
    {
        var formats = HttpBodyFormats.Of(HttpBodyFormat.Json(PeopleJson.Default), new NamesFormat());
        var person = await request.ReadAsync<Person>(formats);
        return HttpResponse.Of(request, person, formats);
    }

    /// <summary>A person as a name and nothing else.</summary>
    internal sealed class NamesFormat : HttpBodyFormat
    {
        public override string MediaType => "text/x-name";

        public override HttpBody Write<T>(T value) => HttpBody.From((value as Person)?.Name ?? "");

        public override async ValueTask<T?> ReadAsync<T>(HttpBody body, long limit, CancellationToken cancellationToken)
            where T : default =>
            (T?)(object)new Person(await body.ReadTextAsync(limit, cancellationToken: cancellationToken), 0);
    }
}
