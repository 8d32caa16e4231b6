namespace Aleph.Actors.Http.Http1;

/// <summary>The fields of an answer that the server writes itself or looks at.</summary>
internal enum ResponseField
{
    Other,
    Date,
    Server,
    Connection,
    ContentLength,
    TransferEncoding,
}
