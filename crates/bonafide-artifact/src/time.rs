//! Times as containers have them.

/// Days since 1970-01-01 of a date of the Gregorian calendar.
pub(crate) const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 306 + 5) / 10
        + day
        - 719_469
}

/// Seconds since 1970 of a date and a time of DOS, taken as UTC; `None` where it is no date.
pub(crate) fn dos(date: u16, time: u16) -> Option<i64> {
    let (date, time) = (i64::from(date), i64::from(time));
    let (year, month, day) = ((date >> 9) + 1980, date >> 5 & 15, date & 31);
    if !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    Some(days(year, month, day) * 86_400 + (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
        assert_eq!(days(2020, 2, 29), 18_321);
    }

    #[test]
    fn times_of_dos_have_two_seconds() {
        assert_eq!(dos(44 << 9 | 1 << 5 | 31, 12 << 11 | 34 << 5 | 28), Some(1_706_704_496));
        assert_eq!(dos(0, 0), None);
    }
}
