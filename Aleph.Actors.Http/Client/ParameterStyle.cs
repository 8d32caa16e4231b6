namespace Aleph.Actors.Http;

/// <summary>How a parameter with several values is written.</summary>
public enum ParameterStyle
{
    /// <summary><c>a=1&amp;a=2</c>.</summary>
    Repeated,

    /// <summary><c>a[]=1&amp;a[]=2</c>.</summary>
    Array,

    /// <summary><c>a[0]=1&amp;a[1]=2</c>.</summary>
    Indexed,

    /// <summary><c>a=1,2</c>.</summary>
    Commas,
}
