namespace Gantry.Core;

/// <summary>What went wrong, in the terms the API answers with. The edge maps each kind to one HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>500: our own fault, or the kernel's.</summary>
    Internal,

    /// <summary>400: the request is malformed or contradicts itself.</summary>
    InvalidArgument,

    /// <summary>401: credentials are missing or wrong.</summary>
    Unauthorized,

    /// <summary>403: understood and refused by policy.</summary>
    Forbidden,

    /// <summary>404: no object has that name.</summary>
    NotFound,

    /// <summary>409: the object's state, or another object, stands in the way.</summary>
    Conflict,

    /// <summary>304: the object already is as asked.</summary>
    NotModified,

    /// <summary>503: a thing this needs is not there now.</summary>
    Unavailable,

    /// <summary>501: Docker has this, Gantry does not.</summary>
    NotImplemented,
}
