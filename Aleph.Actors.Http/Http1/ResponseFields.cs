namespace Aleph.Actors.Http.Http1;

/// <summary>Finds those fields by name.</summary>
internal static class ResponseFields
{
    // The length decides for nearly every other name.
    public static ResponseField KindOf(string name) => name.Length switch
    {
        4 when HttpHeaders.NamesEqual(name, "Date") => ResponseField.Date,
        6 when HttpHeaders.NamesEqual(name, "Server") => ResponseField.Server,
        10 when HttpHeaders.NamesEqual(name, "Connection") => ResponseField.Connection,
        14 when HttpHeaders.NamesEqual(name, "Content-Length") => ResponseField.ContentLength,
        17 when HttpHeaders.NamesEqual(name, "Transfer-Encoding") => ResponseField.TransferEncoding,
        _ => ResponseField.Other,
    };
}
