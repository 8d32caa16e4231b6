namespace Aleph.Actors.Http.Exchanges;

/// <summary>
/// One request and its answer, apart from the wire: it knows neither its HTTP version, nor its transport, nor whether a
/// server or a test runs it. All members are for any thread.
/// </summary>
internal interface IExchange : IBodyContext
{
    HttpRequest Request { get; }

    /// <summary>Answers. The first answer counts; false when there was one already, or the exchange is over.</summary>
    bool TryRespond(HttpResponse? response);

    /// <summary>Answers with what became of the handler: an exception gives its own status, or 500.</summary>
    bool TryFail(Exception cause);
}
